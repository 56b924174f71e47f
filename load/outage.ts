/**
 * How long a domain may be away before a buffer is full, ms: `bufferBytes / bytesPerSecond`. `perLogByte`: bytes in the buffer for each byte of log, as
 * measured; a record in a chunk is not as long as its line.
 */
export function maxOutageMs(bufferBytes: number, logBytesPerSecond: number, perLogByte = 1): number {
  return (bufferBytes * 1000) / (logBytesPerSecond * perLogByte);
}

/** How long the pipeline is behind after an outage, ms: `outage × in / (out − in)`; infinite where it takes out no more than comes in. */
export function recoveryMs(outageMs: number, inPerSecond: number, outPerSecond: number): number {
  return outPerSecond > inPerSecond
    ? (outageMs * inPerSecond) / (outPerSecond - inPerSecond)
    : Number.POSITIVE_INFINITY;
}

/** Buffer, in bytes, that an outage of this length fills. */
export function bufferFor(outageMs: number, logBytesPerSecond: number, perLogByte = 1): number {
  return (outageMs * logBytesPerSecond * perLogByte) / 1000;
}
