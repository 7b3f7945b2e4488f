"""What `tokenry --help` shows, and the table of verbs behind it. Imports nothing, so that it comes at once."""

from __future__ import annotations

# A verb's name, which is that of its file in this room (`import_.py` where Python keeps the word), and its words.
VERBS: dict[str, str] = {
    "serve": "start the gateway",
    "demo": "an installation with a year behind it, to look at",
    "pull": "bring a model onto this machine",
    "models": "models, who serves them, and how the engines are",
    "status": "how this installation is",
    "reload": "put a changed configuration in force",
    "key": "API keys: create, list, show, revoke",
    "admin-key": "keys for administration: create, list, revoke",
    "user": "people: list, create, role, disable, enable",
    "group": "groups: list, create, add, remove, set",
    "owner": "a one-time link for an owner to sign in by",
    "organization": "the organization itself: show, set",
    "project": "projects: list, create, set, add, remove, archive",
    "programme": "award programmes: calls, applications, decisions",
    "award": "awards that pay for tokens: made, changed, reported on, closed",
    "credit": "lots that were bought or given away: add, list",
    "plan": "an amount a month: create, list, subscribe, end",
    "budget": "limits on spending: list, set, value, close",
    "limits": "requests for a higher limit: list, approve, deny",
    "prices": "what tokens cost",
    "usage": "sums of tokens and money",
    "requests": "the newest requests, or each as it ends",
    "receipt": "everything about one request",
    "batch": "batches of requests: list, show, cancel",
    "file": "files that projects left here: list, show, delete",
    "reconcile": "a provider's usage or bill beside the ledger",
    "statement": "monthly statements: list, show, export, issue, verify",
    "certificate": "milestones, signed: list, show, export, verify, reissue",
    "ledger": "prove the books, or export them",
    "person": "a person's data: export, erase",
    "webhook": "who is called when there is news, and what was sent",
    "news": "what people are told: list",
    "audit": "what was done here: list, verify, export",
    "corpus": "documents to training tokens: build, inspect, verify",
    "consent": "what people agreed may be learned from: hand over, withdrawn",
    "init": "write a commented configuration file",
    "config": "check a configuration file",
    "import": "take over another gateway's configuration",
    "backup": "copy the books, keys and configuration, while serving too",
    "restore": "put a backup in place, or confirm that spending may go on",
    "doctor": "say what is wrong and how to mend it",
    "uninstall": "show, or remove, what lies on this disk",
}
HEADINGS = {  # over the first verb of each kind
    "serve": "Serve",
    "key": "Who may use how much",
    "usage": "What was used",
    "corpus": "Training data",
    "init": "The installation",
}


def page(*, colour: bool) -> str:
    """The front page, 80 columns wide."""
    bold, plain = ("\x1b[1m", "\x1b[0m") if colour else ("", "")
    lines = [
        f"{bold}tokenry{plain}: award, meter and stand behind AI tokens. An OpenAI-compatible",
        "gateway with a receipt for every token.",
        "",
        "Usage: tokenry VERB [OPTIONS]   (tokenry VERB --help: options and examples)",
    ]
    for name, words in VERBS.items():
        if name in HEADINGS:
            lines += ["", f"{bold}{HEADINGS[name]}{plain}"]
        lines.append(f"  {name:<14}{words}")
    lines += [
        "",
        f"{bold}Options{plain}",
        "  --version             print the version",
        "  --install-completion  let the shell complete verbs and options",
        "  --help, -h            this page",
        "",
        f"{bold}Begin with{plain}",
        "  tokenry serve",
        "  tokenry key create --name me --budget 5.00",
        "",
        "Verbs work while the server runs and while it does not. Listings take --json.",
    ]
    return "\n".join(lines) + "\n"
