// Files of a case: chosen, looked at, kept or refused, listed, fetched back byte for byte.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { register } from '../lib/cases.mjs';
import { enter } from '../lib/desk.mjs';
import { browse } from '../lib/tests.mjs';

const PDF = Buffer.from('%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
const GOOD = { name: '账单 3月.pdf', mimeType: 'application/pdf', buffer: PDF };
const BAD = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('<html><script>alert(1)</script>') };

for (const script of [true, false]) {
  browse(`two files are sent, one is refused, the other comes back${script ? '' : ', without script'}`, { script }, async (w) => {
    w.expects(422);
    const { page } = w;
    await enter(page, 'handler', '/cases/new');
    const id = await register(page);
    await page.goto(`/cases/${id}#files`);
    assert.match(await page.locator('#files').innerText(), /no files yet/);
    await page.selectOption('#file-kind', 'evidence');
    await page.fill('#file-note', 'Handed in at the branch');
    await page.setInputFiles('#file', [GOOD, BAD]);
    await page.locator('#files button.primary').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.notice.bad');
    assert.match(await page.locator('.notice.bad').innerText(), /note\.txt: the content is HTML/);
    assert.match(await page.locator('.notice.ok').innerText(), /账单 3月\.pdf/);
    await page.click(`main .card-body a[href="/cases/${id}#files"]`);
    await page.waitForURL(`**/cases/${id}#files`);
    const row = page.locator('#files tbody tr');
    assert.equal(await row.count(), 1);
    assert.match(await row.innerText(), /PDF · 45 B/);
    assert.match(await row.innerText(), /Handed in at the branch/);
    const [download] = await Promise.all([page.waitForEvent('download'), row.locator('th a').click()]);
    assert.equal(download.suggestedFilename(), GOOD.name);
    assert.deepEqual(readFileSync(await download.path()), PDF);
    await row.locator('a[href*="withdraw_file"]').click();
    await page.fill('#reason', 'Put into the wrong case');
    await page.click('main .form-foot button.primary');
    await page.waitForURL('**?done=withdraw_file');
    assert.match(await page.locator('#files details').first().innerText(), /Withdrawn files \(1\)/);
  });
}
