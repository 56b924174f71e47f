/** Where fluentd keeps what it knows of records, as its configuration says. Paths are patterns for a shell, `*` where the configuration leaves open. */
export interface SurveyPlan {
  /** Log files of the tail sources, and what they are called once they are rotated, whether fluentd reads these or not. */
  logs: string[];
  /** pos_files of the tail sources. */
  positions: string[];
  /** Folders and files of buffers. */
  buffers: string[];
  /** Files that outputs of type `file` write: dead letters. */
  deadLetters: string[];
  /** Every tail source reads a file that it does not know from its first line. */
  fromHead: boolean;
}

/** One section of a configuration, with its own parameters. */
export interface Section {
  /** `source`, `parse`, `buffer`, `endpoint`. */
  name: string;
  parameters: Map<string, string>;
  /** The section that it stands in. */
  within: Section | undefined;
}

/** Reads the plan from a fluentd configuration. */
export function surveyPlanOf(conf: string): SurveyPlan {
  const all = sectionsOf(conf);
  const values = (name: string, wanted: (section: Section) => boolean) => [
    ...new Set(
      all.filter(wanted).flatMap(({ parameters }) =>
        (parameters.get(name) ?? '')
          .split(',')
          .map((path) => pattern(path.trim()))
          .filter((path) => path !== ''),
      ),
    ),
  ];
  const typed = (type: string) => (section: Section) => section.parameters.get('@type') === type;
  const isTail = ({ parameters }: Section) => /^tail(_|$)/.test(parameters.get('@type') ?? '');
  const tails = all.filter(isTail);
  return {
    logs: values('path', isTail).map((path) => `${path}*`.replace(/\*+$/, '*')),
    positions: values('pos_file', isTail),
    buffers: values('path', ({ name }) => name === 'buffer'),
    deadLetters: values(
      'path',
      (section) => ['match', 'store', 'secondary'].includes(section.name) && typed('file')(section),
    ),
    fromHead: tails.length > 0 && tails.every(({ parameters }) => parameters.get('read_from_head') === 'true'),
  };
}

/** Every section of a fluentd configuration, in order. */
export function sectionsOf(conf: string): Section[] {
  const all: Section[] = [];
  const open: Section[] = [];
  for (const line of conf.split('\n')) {
    const begin = line.match(/^\s*<(\w+)[^>]*>/)?.[1];
    if (begin) {
      const section: Section = { name: begin, parameters: new Map(), within: open.at(-1) };
      all.push(section);
      open.push(section);
    } else if (/^\s*<\//.test(line)) open.pop();
    else {
      const [, name, value] = line.match(/^\s*([@\w]+)\s+(.*?)\s*$/) ?? [];
      if (name && value) open.at(-1)?.parameters.set(name, value.replace(/^(["'])(.*)\1$/, '$2'));
    }
  }
  return all;
}

/** What fluentd fills in (Ruby, placeholders, dates) and what a shell would take for more than a letter becomes `*`. */
function pattern(path: string): string {
  return path
    .replaceAll(/[#$]\{[^}]*\}|%\w/g, '*')
    .replaceAll(/[^\w./*?@:+-]/g, '?')
    .replaceAll(/\*{2,}/g, '*');
}
