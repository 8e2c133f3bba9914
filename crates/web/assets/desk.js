// Forecourt desk: comfort only. Every page works without this file, and nothing here decides or formats anything of
// business. Loaded in <head> without defer, so that a chosen theme stands before the first paint.
// Rules: no HTML from strings (Trusted Types), no styles from script, no words in this file: they come from data-*.
'use strict';
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector, from = document) => from.querySelector(selector);

  // ---- theme: what the person chose, else what the system says -------------------------------------------------
  const stored = {
    // Storage may be closed to us (private windows, policy); then the choice lasts for the page.
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* lasts for the page */ } },
  };
  const theme = stored.get('theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;

  function themeButtons() {
    for (const button of all('[data-theme-toggle]')) {
      button.hidden = false;
      button.addEventListener('click', () => {
        const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
        const next = (root.dataset.theme || system) === 'dark' ? 'light' : 'dark';
        root.dataset.theme = next;
        stored.set('theme', next);
      });
    }
  }

  // ---- menus: one open at a time, closed by Escape or a click elsewhere -----------------------------------------
  function menus() {
    const close = (but) => all('details.menu[open]').forEach((menu) => { if (menu !== but) menu.open = false; });
    document.addEventListener('click', (event) => close(event.target.closest('details.menu')));
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      const menu = event.target.closest?.('details.menu[open]');
      close(null);
      menu?.querySelector('summary').focus();
    });
  }

  // ---- keys -----------------------------------------------------------------------------------------------------
  const typing = (element) => element.closest?.('input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]');

  function keys() {
    let going = 0; // when `g` was pressed; the second key counts for a second
    const rows = () => all('table[data-rows] tbody tr').filter((row) => one('a.to', row) && row.offsetParent);
    const move = (step) => {
      const list = rows();
      if (!list.length) return;
      const here = list.findIndex((row) => row.contains(document.activeElement));
      const next = here < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, here + step));
      const link = one('a.to', list[next]);
      link.focus(); // Enter then follows the link by itself
      link.scrollIntoView({ block: 'nearest' });
    };
    document.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
      const key = event.key;
      if (going && performance.now() - going < 1000) {
        going = 0;
        const link = /^[a-z]$/.test(key) && one(`a[data-go="${key}"]`);
        if (link) { event.preventDefault(); link.click(); return; }
      }
      going = 0;
      if (key === 'g') going = performance.now();
      else if (key === 'j') move(1);
      else if (key === 'k') move(-1);
      else if (key === 'x') {
        const row = document.activeElement.closest('tr');
        if (row) one('input[type=checkbox]', row)?.click();
      } else if (key === '/') {
        const search = one('input[type=search]');
        if (search) { event.preventDefault(); search.focus(); search.select(); }
      } else if (key === '?') {
        const help = one('#keys');
        if (help) { help.open = !help.open; if (help.open) one('summary', help).focus(); }
      }
    });
  }

  // ---- ticking many -----------------------------------------------------------------------------------------------
  function picking() {
    for (const form of all('form[data-bulk]')) {
      const master = one('[data-pick-all]', form);
      const boxes = all('tbody input[type=checkbox]', form);
      const said = one('[data-picked]', form);
      const show = () => {
        const n = boxes.filter((box) => box.checked).length;
        if (master) { master.checked = n > 0 && n === boxes.length; master.indeterminate = n > 0 && n < boxes.length; }
        if (said) said.textContent = said.dataset.picked.replace('{n}', n);
      };
      if (master) {
        master.hidden = false;
        master.addEventListener('change', () => { boxes.forEach((box) => { box.checked = master.checked; }); show(); });
      }
      form.addEventListener('change', show);
      addEventListener('pageshow', show); // the browser may bring ticks back
    }
  }

  // ---- filters apply as soon as one is chosen ----------------------------------------------------------------------
  function filters() {
    for (const form of all('form[data-autosubmit]')) {
      // Only by pointer: with arrow keys a select changes on every step, and the page would run away under the person.
      let byKey = false;
      form.addEventListener('keydown', (event) => { byKey = event.key !== 'Enter'; });
      form.addEventListener('pointerdown', () => { byKey = false; });
      form.addEventListener('change', (event) => {
        if (event.target.matches('select, input[type=checkbox], input[type=radio]') && !byKey) form.requestSubmit();
      });
    }
  }

  // ---- forms: warn before leaving, keep drafts ----------------------------------------------------------------------
  function forms() {
    const open = new Set(); // forms with words that are saved nowhere
    for (const form of all('form[data-guard], form[data-draft]')) {
      form.addEventListener('input', () => open.add(form));
      form.addEventListener('submit', () => open.delete(form));
      if (form.dataset.draft) draft(form, open);
    }
    addEventListener('beforeunload', (event) => { if (open.size) event.preventDefault(); });
  }

  function draft(form, open) {
    const status = one('[data-draft-status]', form);
    let timer = 0;
    let version = 0; // counts the person's changes, so that an old answer does not call newer words saved
    let busy = false;
    const say = (words) => { if (status) status.textContent = words; };
    const save = async () => {
      if (busy) { timer = setTimeout(save, 1000); return; }
      busy = true;
      const sent = version;
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
      try {
        const answer = await fetch(form.dataset.draft, { method: 'PUT', body, credentials: 'same-origin' });
        if (!answer.ok) throw new Error(String(answer.status));
        if (sent === version) open.delete(form);
        const now = new Date();
        const time = [now.getHours(), now.getMinutes()].map((n) => String(n).padStart(2, '0')).join(':');
        say((status?.dataset.saved || '{time}').replace('{time}', time));
      } catch {
        say(status?.dataset.failed || '');
        timer = setTimeout(save, 15000);
      } finally {
        busy = false;
      }
    };
    form.addEventListener('input', () => {
      version += 1;
      clearTimeout(timer);
      timer = setTimeout(save, 1000);
    });
    form.addEventListener('submit', () => clearTimeout(timer));
  }

  // ---- after an error the summary gets the focus, so that it is read first -------------------------------------------
  function errors() {
    one('[data-focus]')?.focus({ preventScroll: false });
  }

  function printing() {
    for (const button of all('[data-print]')) {
      button.hidden = false;
      button.addEventListener('click', () => print());
    }
  }

  document.addEventListener('DOMContentLoaded', () => {
    for (const part of [themeButtons, menus, keys, picking, filters, forms, errors, printing]) part();
  });
})();
