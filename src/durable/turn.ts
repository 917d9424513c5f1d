/** Lets the object see to others before it goes on with something long. */
export function takeTurns(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
