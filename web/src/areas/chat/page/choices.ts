/** What one chose last for a new chat, in this browser: the model, and the project it is booked on. */

type Choice = "model" | "project";

const name = (choice: Choice) => `tokenry.chat.${choice}`;

export function lastChoice(choice: Choice): string | null {
  try {
    return localStorage.getItem(name(choice));
  } catch {
    return null; // the browser keeps nothing: one chooses anew
  }
}

export function rememberChoice(choice: Choice, id: string): void {
  try {
    localStorage.setItem(name(choice), id);
  } catch {
    // as above
  }
}
