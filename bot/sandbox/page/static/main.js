// Starts the page: who is looking (the address's `#fan`), the bar, the two chats.

import { get } from "./shared/http.js";
import { Bar } from "./bar/bar.js";
import { startTabs } from "./bar/tabs.js";
import { DiscordPane } from "./discord/pane.js";
import { TelegramPane } from "./telegram/pane.js";

const notice = document.getElementById("notice");

function tell(words) {
  notice.textContent = words;
  notice.hidden = !words;
}

function whoFromAddress(people) {
  const key = decodeURIComponent(location.hash.slice(1));
  return people.find((person) => person.key === key) ?? people[0];
}

async function start() {
  const { club, people } = await get("world");
  const badge = startTabs();
  const panes = [
    new DiscordPane(document.getElementById("discord"), { onUnread: badge("discord") }),
    new TelegramPane(document.getElementById("telegram"), { onUnread: badge("telegram") }),
  ];
  const bar = new Bar({ people, tell });

  function become(person) {
    tell("");
    document.title = `${person.name} - ${club} sandbox`;
    bar.show(person);
    panes[0].show(person.discord);
    panes[1].show(person.telegram);
  }

  addEventListener("hashchange", () => become(whoFromAddress(people)));
  become(whoFromAddress(people));
}

start().catch((error) => tell(error.message));
