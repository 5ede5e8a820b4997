/**
 * What is looked at inside the page. `install` runs there before any script of the page; it may use nothing from here.
 * @param {{launcher: string | null, field: string}} at selectors, looked for in every open shadow root
 */
export function install(at) {
  if (window !== window.top) return;

  const roots = (root = document, found = []) => {
    found.push(root);
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) roots(element.shadowRoot, found);
    return found;
  };
  const find = (selector) => {
    for (const root of roots()) {
      const element = root.querySelector(selector);
      if (element) return element;
    }
    return null;
  };
  const parent = (node) => node.parentNode ?? node.host ?? null;
  const within = (node, ancestor) => {
    for (let at = node; at; at = at.assignedSlot ?? parent(at)) if (at === ancestor) return true;
    return false;
  };
  const closest = (node, wanted) => {
    for (let at = node; at; at = parent(at)) if (at.nodeType === 1 && wanted(at)) return at;
    return null;
  };
  const active = () => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element;
  };
  /** Seen by a person, and a click in its middle hits it. */
  const reachable = (selector) => {
    const element = find(selector);
    if (!element?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) return false;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const deeper = hit.shadowRoot.elementFromPoint(x, y);
      if (!deeper || deeper === hit) break;
      hit = deeper;
    }
    return hit !== null && within(hit, element);
  };
  const describe = (element) =>
    element
      ? `${element.localName}${element.id ? `#${element.id}` : ""}${element.className && typeof element.className === "string" ? `.${element.className.trim().split(/\s+/).join(".")}` : ""}`
      : "nothing";

  const isLive = (element) => {
    const live = element.getAttribute("aria-live");
    if (live) return live !== "off";
    return ["log", "status", "alert"].includes(element.getAttribute("role") ?? "") || element.localName === "output";
  };
  const liveRegions = () => roots().flatMap((root) => [...root.querySelectorAll("*")].filter(isLive));
  const innermost = (text) => {
    for (const root of roots()) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const holder = walker.currentNode.parentElement;
        if (
          walker.currentNode.data.includes(text) &&
          holder?.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
          !["SCRIPT", "STYLE"].includes(holder.tagName)
        ) {
          const box = holder.getBoundingClientRect();
          if (box.width > 2 && box.height > 2) return holder; // a text for screen readers only has one pixel
        }
      }
    }
    return null;
  };

  const probe = {
    ready: null,
    tasks: [],
    violations: [],
    animations: new Map(),
    heard: [],
    find,
    active,
    within,
    reachable,
    describe,
    liveRegions,
    shows: (text) => innermost(text) !== null,
    inside: (selector) => {
      const element = find(selector);
      return element !== null && within(active(), element);
    },
    /** The language a text is marked with inside the widget; null where only the page says it. */
    languageOf: (text) =>
      closest(innermost(text), (at) => at !== document.documentElement && at.hasAttribute("lang"))?.getAttribute(
        "lang",
      ) ?? null,
    /** From now on: which live region that was there already gets the text. */
    listen: (text) => {
      probe.heard = [];
      for (const region of liveRegions()) {
        const note = () => {
          if (region.textContent.includes(text) && !probe.heard.includes(region)) probe.heard.push(region);
        };
        new MutationObserver(note).observe(region, { childList: true, subtree: true, characterData: true });
      }
    },
    heardBy: () => probe.heard.map(describe),
    storage: async () => {
      const kept = [];
      for (const [name, store] of [
        ["localStorage", localStorage],
        ["sessionStorage", sessionStorage],
      ])
        for (const key of Object.keys(store)) kept.push(`${name}: ${key}`);
      for (const cookie of document.cookie.split("; ").filter(Boolean)) kept.push(`cookie: ${cookie.split("=")[0]}`);
      for (const { name } of await indexedDB.databases()) kept.push(`indexedDB: ${name}`);
      return kept;
    },
    watchAnimations: () => {
      const look = () => {
        for (const root of roots())
          for (const animation of root.getAnimations?.() ?? []) {
            const timing = animation.effect?.getComputedTiming();
            if (animation.playState !== "running" || !timing || timing.duration < 20) continue;
            const name = animation.animationName ?? animation.transitionProperty ?? "script";
            probe.animations.set(`${describe(animation.effect.target)} ${name}`, timing.iterations === Infinity);
          }
        requestAnimationFrame(look);
      };
      look();
    },
  };
  globalThis.__probe = probe;

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.tasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    probe.violations.push(event.effectiveDirective);
  });
  const wait = () => {
    if (document.documentElement && reachable(at.launcher ?? at.field)) probe.ready = performance.now();
    else requestAnimationFrame(wait);
  };
  wait();
}
