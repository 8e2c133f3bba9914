// What was typed survives a closed tab, and only for who typed it.
import assert from 'node:assert/strict';
import { register } from '../lib/cases.mjs';
import { enter, fill, window } from '../lib/desk.mjs';
import { browse } from '../lib/tests.mjs';

/** Waits until the page says that what was typed is kept. */
const kept = (page) => page.waitForFunction(() => /Saved \d\d:\d\d/.test(document.querySelector('[data-draft-status]').textContent));

browse('the form of a new case comes back after its tab was closed', {}, async ({ context, page }) => {
  await enter(page, 'supervisor', '/cases/new');
  await fill(page, { line: 'loan', title: 'Half a sentence', narrative: 'The first half of what the customer told' });
  await kept(page);
  await page.close();
  const again = await context.newPage();
  await again.goto('/cases/new');
  assert.equal(await again.inputValue('[name=title]'), 'Half a sentence');
  assert.equal(await again.inputValue('[name=narrative]'), 'The first half of what the customer told');
  assert.equal(await again.inputValue('select[name=line]'), 'loan');
  assert.match(await again.locator('.notice.info').innerText(), /earlier draft is back/);
  // Somebody else's form is empty.
  const other = await window();
  await enter(other.page, 'handler', '/cases/new');
  assert.equal(await other.page.inputValue('[name=title]'), '');
  other.calm();
  await other.context.close();
  // Registered, the draft has served its purpose.
  await register(again);
  await again.goto('/cases/new');
  assert.equal(await again.inputValue('[name=title]'), '');
});

browse('the form of an action comes back too, and is gone once it was sent', {}, async ({ context, page }) => {
  await enter(page, 'handler', '/cases/new');
  const id = await register(page);
  await page.goto(`/cases/${id}/do/record_contact`);
  await fill(page, { channel: 'email', reached: 'no', note: 'No answer so far' });
  await kept(page);
  await page.close();
  const again = await context.newPage();
  await again.goto(`/cases/${id}/do/record_contact`);
  assert.equal(await again.inputValue('[name=note]'), 'No answer so far');
  assert.ok(await again.isChecked('[name=reached][value=no]'));
  await again.click('main .form-foot button.primary');
  await again.waitForURL('**?done=record_contact');
  await again.goto(`/cases/${id}/do/record_contact`);
  assert.equal(await again.inputValue('[name=note]'), '');
});

browse('leaving with unsaved words is asked about first', {}, async ({ page }) => {
  await page.goto('/complain');
  await page.fill('[name=title]', 'Not sent yet');
  const asked = new Promise((resolve) => page.once('dialog', (d) => resolve(d.accept().then(() => d.type()))));
  await page.goto('/sign-in');
  assert.equal(await asked, 'beforeunload');
});
