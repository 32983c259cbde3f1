/* Accounts by number or by words of the name, in a list under the field: a combobox as ARIA describes it. */

const most = 12;

/**
 * @param {HTMLFormElement} form with fields named `….konto` and their names in `#konton`
 * @param {(field: HTMLInputElement) => void} chosen called when one was picked from the list
 */
export function searchAccounts(form, chosen) {
  const accounts = [...form.querySelectorAll('#konton option')].map(({ value, label }) => ({
    number: value,
    label,
    words: label.toLowerCase(),
  }));
  const list = Object.assign(document.createElement('ul'), { id: 'kontolista', className: 'account-list' });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Konton');
  list.hidden = true;
  form.append(list);
  let field;
  let at = -1;

  form.addEventListener('focusin', ({ target }) => {
    if (target === field) return;
    close();
    field = isAccount(target) ? target : undefined;
    if (!field || field.role === 'combobox') return;
    field.removeAttribute('list');
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', list.id);
    field.setAttribute('aria-expanded', 'false');
  });
  form.addEventListener('focusout', ({ target }) => target === field && close());
  form.addEventListener('input', ({ target, isTrusted }) => isTrusted && target === field && find());

  // Before the editor's own keys: while the list is open they are about it.
  form.addEventListener(
    'keydown',
    (event) => {
      if (event.target !== field || event.altKey || event.ctrlKey || event.metaKey) return;
      if (list.hidden) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) mark((at + step + list.children.length) % list.children.length);
      else if (event.key === 'Enter') pick(at);
      else if (event.key === 'Escape') close();
      else if (event.key === 'Tab') return take(at);
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  // Not click: the field must not lose the focus first.
  list.addEventListener('mousedown', (event) => {
    event.preventDefault();
    const option = event.target.closest('li');
    if (option) pick([...list.children].indexOf(option));
  });

  function find() {
    const words = field.value.trim().toLowerCase().split(/\s+/);
    const text = words.join(' ');
    const found = text === '' ? [] : accounts.filter((account) => fits(account, text, words)).slice(0, most);
    if (found.length === 0 || (found.length === 1 && found[0].number === text)) return close();
    list.replaceChildren(
      ...found.map(({ number, label }, index) => {
        const option = Object.assign(document.createElement('li'), {
          id: `konto-${index}`,
          textContent: label,
        });
        option.setAttribute('role', 'option');
        option.dataset.number = number;
        return option;
      }),
    );
    field.after(list);
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
    mark(0);
  }

  function mark(index) {
    list.children[at]?.setAttribute('aria-selected', 'false');
    at = index;
    list.children[at].setAttribute('aria-selected', 'true');
    list.children[at].scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', list.children[at].id);
  }

  function take(index) {
    const { number } = list.children[index].dataset;
    close();
    if (field.value === number) return;
    field.value = number;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function pick(index) {
    take(index);
    chosen(field);
  }

  function close() {
    if (list.hidden) return;
    list.hidden = true;
    at = -1;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
    // A row that is copied must not take the list along.
    form.append(list);
  }
}

/** A number by its beginning, a name by each of the words. */
const fits = ({ number, words: label }, text, words) =>
  /^\d+$/.test(text) ? number.startsWith(text) : words.every((word) => label.includes(word));

const isAccount = (element) => element.matches?.("input[name$='.konto']");
