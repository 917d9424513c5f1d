/** The nonce of this page's policy, which every style element that a library makes has to carry. */
export function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? "";
}
