import "@mantine/core/styles.css";
import "./app/app.css";
import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { nonce } from "./app/nonce.ts";
import { takeToken } from "./app/one-click.ts";

/* The browser app. docs/adr/100-dashboard.md says how it is made; README.md in this folder where things are. */

setNonce(nonce()); // of the style elements that dialogs make
const token = takeToken();
createRoot(document.getElementById("root")!).render(<App token={token} />);
