// A small picture for each wallet: our wave, in a colour that follows from the address.

/** A data address of an SVG, as EIP-6963 wants it. */
export function walletIcon(address) {
  const hue = parseInt(address.slice(2, 8), 16) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" rx="22" fill="hsl(${hue} 55% 34%)"/><path d="M14 58c9-16 18-16 27 0s18 16 27 0c5-9 10-13 14-12" fill="none" stroke="#fff" stroke-width="8" stroke-linecap="round"/><circle cx="66" cy="28" r="9" fill="hsl(${(hue + 50) % 360} 90% 78%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
