import "@mantine/core/styles.css";
import "./app/app.css";
import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { question } from "./app/ask.ts";
import { isStranger } from "./app/document.ts";
import { noticeNewBuild } from "./app/new-build.ts";
import { nonce } from "./app/nonce.ts";
import { takeToken } from "./app/one-click.ts";
import { queries } from "./app/queries.ts";
import { router } from "./app/router.tsx";

/* The browser app. docs/adr/100-dashboard.md says how it is made; README.md in this folder where things are. */

setNonce(nonce()); // of the style elements that dialogs make
noticeNewBuild();
const token = takeToken();
if (!isStranger()) {
  // Who it is, the page's code and its first question are asked at once, not one after the other.
  void queries.prefetchQuery(question("whoAmI"));
  void router.load();
}
createRoot(document.getElementById("root")!).render(<App token={token} />);
