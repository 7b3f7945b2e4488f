// Keys that do something wherever one is. Pure but for `isMac`, which asks the browser.

export const isMac: boolean = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.userAgent);

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** Whether keys such as `Mod+Shift+O` are what was pressed. `Mod` is Ctrl, or Command on a Mac. */
export function matches(keys: string, pressed: Pressed, mac = isMac): boolean {
  const parts = keys.split("+");
  const last = parts.pop() ?? "";
  const mod = parts.includes("Mod");
  const modDown = mac ? pressed.metaKey : pressed.ctrlKey;
  const otherDown = mac ? pressed.ctrlKey : pressed.metaKey;
  const letter = /^[a-z]$/i.test(last);
  return (
    pressed.key.toLowerCase() === last.toLowerCase() &&
    modDown === mod &&
    !otherDown &&
    pressed.altKey === parts.includes("Alt") &&
    (!letter || pressed.shiftKey === parts.includes("Shift")) // a sign such as ? needs Shift on some keyboards only
  );
}

/** The keys as they are written on the keyboard. */
export function keyNames(keys: string, mac = isMac): string[] {
  const names: Record<string, string> = mac
    ? { Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↩" }
    : { Mod: "Ctrl", Enter: "Enter" };
  return keys.split("+").map((key) => names[key] ?? key);
}

/** Whether somebody types: then plain letters are theirs. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
