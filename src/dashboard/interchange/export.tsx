import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../app/client.ts";
import { useEnv } from "../app/environment.ts";
import { downloaded } from "../common/download.ts";
import { Page } from "../common/page.tsx";
import { Failure } from "../common/states.tsx";

/** Flags and segments of an environment as one document. */
export function ExportPage() {
  const env = useEnv();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  async function run(): Promise<void> {
    setBusy(true);
    try {
      const { body } = await call("exportFlags", { path: { env } });
      downloaded(`${env}.sluice.json`, JSON.stringify(body, null, 2));
    } catch (failure) {
      setError(failure as Error);
    }
    setBusy(false);
  }
  return (
    <Page title="Export" copyAs={{ operation: "exportFlags", ask: { path: { env } } }}>
      <section className="sluice-card">
        <Text mb="md">
          All flags and segments of {env}, archived ones left out, as one JSON document of Sluice's own format. It can
          be imported again, here or elsewhere. Keys and secrets are never in it.
        </Text>
        <Button loading={busy} onClick={() => void run()}>
          Download
        </Button>
        {error && <Failure error={error} />}
      </section>
    </Page>
  );
}
