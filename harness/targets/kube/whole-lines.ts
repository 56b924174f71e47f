import { StringDecoder } from 'node:string_decoder';

/** Takes what comes in pieces apart at its newlines; what comes after the last one is no line. */
export function wholeLines(onLine: (line: string) => void): (piece: Buffer) => void {
  let rest = '';
  const decoder = new StringDecoder('utf8');
  return (piece) => {
    const whole = (rest + decoder.write(piece)).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) onLine(line);
  };
}
