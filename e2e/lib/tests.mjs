// Tests in a browser: browser and server of this file are ended after the last of them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BASE, close, window } from './desk.mjs';
import { ROOT } from './server.mjs';

after(close);
export { test };

/** A test in a window of its own; it fails as well when the browser had anything to complain about. */
export function browse(name, options, play) {
  test(name, async (t) => {
    const w = await window(options);
    try {
      await play(w, t);
      w.calm();
    } catch (error) {
      const folder = join(ROOT, 'target', 'e2e');
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${name.replace(/[^\w]+/g, '-').slice(0, 80)}.png`);
      await w.page.screenshot({ path }).catch(() => {});
      error.message += `\n  at ${w.page.url().replace(BASE, '')}; picture: ${path.replace(ROOT, '')}`;
      if (w.troubles.length) error.message += `\n  the browser said:\n    ${w.troubles.join('\n    ')}`;
      throw error;
    } finally {
      await w.context.close();
    }
  });
}
