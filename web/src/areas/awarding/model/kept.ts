// What could not be saved yet, kept in this browser: signing out removes it (keys that begin with `tokenry.draft.`).

export interface Kept<T> {
  /** Of what it was typed upon. */
  revision: number;
  value: T;
}

const keyOf = (user: string, thing: string) => `tokenry.draft.${user}.${thing}`;

export function keep<T>(user: string, thing: string, kept: Kept<T>): void {
  try {
    localStorage.setItem(keyOf(user, thing), JSON.stringify(kept));
  } catch {
    // the browser keeps nothing, or is full: then only the server does
  }
}

export function kept<T>(user: string, thing: string): Kept<T> | null {
  try {
    const text = localStorage.getItem(keyOf(user, thing));
    return text === null ? null : (JSON.parse(text) as Kept<T>);
  } catch {
    return null;
  }
}

export function forget(user: string, thing: string): void {
  try {
    localStorage.removeItem(keyOf(user, thing));
  } catch {
    // as above
  }
}
