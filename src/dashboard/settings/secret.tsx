import { Alert, Text } from "@mantine/core";
import { Snippet } from "../flags/code.tsx";

/** A secret that was just made: it is shown this once, and nowhere else. */
export function Secret({ what, secret }: { what: string; secret: string | undefined }) {
  return (
    <Alert color="green" role="status" title={`${what} is made`}>
      {secret === undefined ? (
        <Text size="sm">Its secret was shown before and can't be shown again.</Text>
      ) : (
        <>
          <Text size="sm" mb="xs">
            This is its secret. It is shown this once and can't be shown again: copy it now.
          </Text>
          <Snippet text={secret} label="Secret" />
        </>
      )}
    </Alert>
  );
}
