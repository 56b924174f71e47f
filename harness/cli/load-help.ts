/** What follows the options in `npm run load -- --help`. */
export const AFTER_LOAD = (keys: readonly string[], variables: readonly string[]): string => `
Without --profile and --replay, all nine questions are answered within the time of --for; what does not fit is left out by name.
A profile is a file in load/profiles; --for stretches all its stages in proportion, stage.rate its rates.
--replay runs a CSV file with the columns time,lines,bytes, time,lines or time,bytes (a date_histogram, IncomingBytes), steps equally long.
A threshold is NAME < LIMIT: missing, duplicated, unexpected, corrupted, p50, p90, p99, max, drain, recovery, or any metric (the error for an
unknown one lists all), alone (its worst) or as max( ), min( ), mean( ) or p99( ).

--set keys: ${keys.join(', ')}

Environment: ${variables.join(', ')} override the images.

Exit codes: 0 every threshold kept · 1 one was broken, or records were lost · 2 bad usage or configuration · 3 the environment failed
(no Docker, no image, no cluster) · 4 the generator was the limit · 130 interrupted (what was measured by then is reported).

Examples:
  npm run load
  npm run load -- --for 5m --questions 1,3 --topology direct,redis
  npm run load -- --profile steady --set stage.rate=2000 --threshold "fluentd.cpu < 0.4"
  npm run load -- --profile outage --topology direct,aggregator,redis --set fluentd.memory=256MiB --set redis.maxmemory=64mb
  npm run load -- --replay monday.csv --sizes lengths.csv --speed 60
  npm run load -- compare results/before results/latest
  npm run load -- calibrate results/here results/on-aws
  npm run load -- plan --pods 200 --lines 800 --bytes 400 --peak 5 --outage 15m`;

/** What follows the options in `npm run load -- calibrate --help`. */
export const AFTER_CALIBRATE = `
A factor is the mean on AWS over the mean here. From 3 repetitions on each side it has a band, and npm run load -- plan takes both over.

Exit codes: 0 there are factors · 2 bad usage: not one of each place, not of one load, or interrupted · 3 the file cannot be written.

Examples:
  npm run load -- calibrate results/here results/on-aws
  npm run load -- calibrate results/here results/on-aws --json --out fargate.json`;

/** What follows the options in `npm run load -- plan --help`. */
export const AFTER_PLAN = `
Exit codes: 0 there is a plan · 2 bad usage, or nothing was measured yet.

Examples:
  npm run load -- plan --pods 200 --lines 800 --bytes 400 --peak 5 --outage 15m
  npm run load -- plan --pods 20 --lines 3000 --bytes 1KiB --from results/latest --json
  npm run load -- plan --pods 20 --lines 3000 --bytes 1KiB --calibration fargate.json`;
