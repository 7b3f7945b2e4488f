// The colours: light, dark, or the system's. theme-first.js sets them before the first paint; this changes them.
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];
const KEY = "tokenry.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const watchers = new Set<() => void>();

export function currentTheme(): Theme {
  return THEMES.find((theme) => document.documentElement.classList.contains(theme)) ?? "system";
}

export function setTheme(theme: Theme): void {
  document.documentElement.classList.remove(...THEMES);
  document.documentElement.classList.add(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // storage is switched off: it holds until the page is left
  }
  for (const watcher of watchers) watcher();
}

export function useTheme(): Theme {
  return useSyncExternalStore(watch, currentTheme);
}

/** Whether it is dark now, by choice or by the system's: what a canvas, which no style reaches, is drawn anew for. */
export function useDark(): boolean {
  return useSyncExternalStore(watch, isDark);
}

function isDark(): boolean {
  const theme = currentTheme();
  return theme === "dark" || (theme === "system" && system.matches);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  system.addEventListener("change", watcher);
  return () => {
    watchers.delete(watcher);
    system.removeEventListener("change", watcher);
  };
}
