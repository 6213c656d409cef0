// On a narrow screen the two chats are tabs; `badge(name)` gives the function that counts unread.

const NAMES = ["discord", "telegram"];

export function startTabs() {
  const tabs = NAMES.map((name) => document.getElementById(`tab-${name}`));
  const choose = (name) => {
    document.body.dataset.tab = name;
    tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(NAMES[index] === name));
      tab.tabIndex = NAMES[index] === name ? 0 : -1;
    });
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(NAMES[index]));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      choose(NAMES[1 - index]);
      tabs[1 - index].focus();
    });
  });
  return (name) => (count) => label(tabs[NAMES.indexOf(name)], count);
}

function label(tab, count) {
  tab.dataset.unread = count || "";
  if (count) tab.setAttribute("aria-label", `${tab.textContent}, ${count} unread`);
  else tab.removeAttribute("aria-label");
}
