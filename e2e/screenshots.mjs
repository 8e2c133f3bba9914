// Pictures of every page in three languages, at a desk and on a phone:
//   npm run screenshots -- [FOLDER] [NAME…]        DARK=1 for the dark appearance
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { close, DESKTOP, PHONE, window } from './lib/desk.mjs';
import { PAGES, show } from './lib/pages.mjs';
import { ROOT } from './lib/server.mjs';

const folder = resolve(process.argv[2] ?? join(ROOT, 'target', 'screenshots'));
const wanted = process.argv.slice(3);
const dark = process.env.DARK === '1';
mkdirSync(folder, { recursive: true });
let made = 0;
try {
  for (const locale of ['zh-CN', 'zh-TW', 'en-US']) {
    for (const entry of PAGES.filter((e) => !wanted.length || wanted.includes(e.name))) {
      const w = await window({ locale, dark, still: true });
      try {
        await show(w, entry);
        for (const size of [DESKTOP, PHONE]) {
          await w.page.setViewportSize(size);
          const name = `${entry.name}-${locale.replace('-US', '')}-${size.width}${dark ? '-dark' : ''}.png`;
          await w.page.screenshot({ path: join(folder, name), fullPage: true });
          made += 1;
        }
        await entry.close?.(w.page);
      } finally {
        await w.context.close();
      }
    }
  }
} finally {
  await close();
}
console.log(`${made} pictures in ${folder}`);
