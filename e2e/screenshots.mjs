// Pictures of every page in three languages, at a desk and on a phone:
//   npm run screenshots -- [FOLDER] [NAME…]        DARK=1 for the dark appearance
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { close, window } from './lib/desk.mjs';
import { COMING, PAGES, show } from './lib/pages.mjs';
import { ROOT } from './lib/server.mjs';

const folder = resolve(process.argv[2] ?? join(ROOT, 'target', 'screenshots'));
const wanted = process.argv.slice(3);
const dark = process.env.DARK === '1';
mkdirSync(folder, { recursive: true });
let made = 0;
const missing = new Set();
try {
  for (const locale of ['zh-CN', 'zh-TW', 'en-US']) {
    for (const phone of [false, true]) {
      for (const entry of PAGES.filter((e) => !wanted.length || wanted.includes(e.name))) {
        const w = await window({ locale, phone, dark, still: true });
        try {
          await show(w, entry);
          const name = `${entry.name}-${locale.replace('-US', '')}-${phone ? 390 : 1280}${dark ? '-dark' : ''}.png`;
          await w.page.screenshot({ path: join(folder, name), fullPage: true });
          made += 1;
        } catch (error) {
          if (!COMING.includes(entry.name)) throw error;
          missing.add(entry.name);
        } finally {
          await w.context.close();
        }
      }
    }
  }
} finally {
  await close();
}
console.log(`${made} pictures in ${folder}`);
if (missing.size) console.log(`Still being made: ${[...missing].join(', ')}`);
