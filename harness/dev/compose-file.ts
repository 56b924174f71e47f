import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { LOG_FILE_LABEL, SERVICES } from './compose-project.ts';

/** What writes the log in place of the sample application: an image with log-volume at /app/log, or a folder of this machine with its *.log files. */
export type OwnApplication = { image: string } | { folder: string };

/** The file that probes are written into where a folder of this machine is read: that one stays as it is. */
const PROBE_FILE = '/app/log/efk-probe.log';
const HOST_LOGS = '/app/host-log';

/**
 * Shows the host's files in the log volume, by links: fluentd follows them by inode, so a file that is renamed or made anew is seen as in the folder
 * itself, and nothing is written there. Ends with SIGTERM.
 */
const LINK = `
trap 'exit 0' TERM
touch ${PROBE_FILE}
while :; do
  for file in ${HOST_LOGS}/*.log*; do
    link=/app/log/\${file##*/}
    [ -e "$file" ] && [ ! -L "$link" ] && ln -s "$file" "$link"
  done
  for link in /app/log/*.log*; do
    [ -L "$link" ] && [ ! -e "$link" ] && rm "$link"
  done
  sleep 1 & wait
done`;

interface Service {
  [key: string]: unknown;
  labels: Record<string, string>;
  volumes: string[];
}

/** docker-compose.yml as it stands below `root`, with another application where one is asked for. */
export function composeFile(root: string, own?: OwnApplication): { services: Record<string, Service> } {
  const file: { services: Record<string, Service> } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'));
  if (!own) return file;
  const { build: _, command: _command, ...application } = file.services[SERVICES.application]!;
  if ('image' in own) {
    file.services[SERVICES.application] = { ...application, image: own.image };
    return file;
  }
  // A dollar sign is Compose's own, unless it is doubled.
  const mount = `${own.folder.replaceAll('$', '$$$$')}:${HOST_LOGS}:ro`;
  file.services[SERVICES.application] = {
    ...application,
    entrypoint: ['sh', '-c', LINK.replaceAll('$', '$$$$')],
    labels: { ...application.labels, [LOG_FILE_LABEL]: PROBE_FILE },
    volumes: [...application.volumes, mount],
  };
  const fluentd = file.services[SERVICES.fluentd]!;
  fluentd.volumes = [...fluentd.volumes, mount];
  return file;
}
