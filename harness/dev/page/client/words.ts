const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const day = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });

/** `12,345` */
export function count(n: number): string {
  return whole.format(n);
}

/** `1 line`, `2 lines` */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${whole.format(n)} ${n === 1 ? one : many}`;
}

/** `12.3` below a hundred, whole above; a dash where it is not known. */
export function rate(perSecond: number | undefined): string {
  if (perSecond === undefined) return '–';
  return (perSecond < 100 ? tenths : whole).format(perSecond);
}

/** Time of day in the reader's zone, with milliseconds; the day before it unless it is today. */
export function timeOf(ms: number, now = Date.now()): string {
  const [that, today] = [day.format(ms), day.format(now)];
  return that === today ? clock.format(ms) : `${that} ${clock.format(ms)}`;
}
