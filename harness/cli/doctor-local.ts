import type { CheckResult } from '../core/check-result.ts';
import { EXIT } from '../core/trouble.ts';
import { checkLine } from '../report/check-line.ts';
import type { Config } from './config.ts';
import { dockerFindings } from './doctor-docker.ts';
import { disk, embeddedFindings, nodeVersion, ports } from './doctor-machine.ts';

/** Checks what runs on this machine need. Returns the exit code. */
export async function doctorLocal({ images }: Config, print: (line: string) => void): Promise<number> {
  const [withDocker, withoutDocker] = await Promise.all([dockerFindings(images), embeddedFindings()]);
  const findings = [nodeVersion(), ...oneIsEnough(withDocker, withoutDocker), disk(), await ports()];
  for (const finding of findings) print(checkLine(finding));
  return findings.some(({ state }) => state === 'bad') ? EXIT.environment : EXIT.pass;
}

/** Docker or all of the embedded target's needs: what one of them lacks is no more than a warning where the other is there. */
function oneIsEnough(withDocker: CheckResult[], withoutDocker: CheckResult[]): CheckResult[] {
  const works = (findings: CheckResult[]) => findings.every(({ state }) => state !== 'bad');
  const mild = (findings: CheckResult[]) =>
    findings.map((one): CheckResult => (one.state === 'bad' ? { ...one, state: 'warn' } : one));
  return [
    ...(works(withoutDocker) ? mild(withDocker) : withDocker),
    ...(works(withDocker) ? mild(withoutDocker) : withoutDocker),
  ];
}
