import { existsSync } from 'node:fs';

/** Where Debian's package `chromium` puts it; CHROMIUM_PATH names another one. */
const USUAL = '/usr/bin/chromium';

/** The Chromium of this machine, or why there is none. */
export function findChromium(named: string | undefined): { path: string } | { missing: string } {
  const path = named || USUAL;
  if (existsSync(path)) return { path };
  return { missing: `no Chromium at "${path}"; apt-get install chromium, or set CHROMIUM_PATH` };
}
