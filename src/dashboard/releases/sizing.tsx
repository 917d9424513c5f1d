import { Table, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useAsk } from "../app/ask.ts";
import { Failure, Waiting } from "../common/states.tsx";
import { spell } from "../common/time.tsx";
import type { PlanInput } from "./plan-input.ts";

const rate = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });

type Props = { env: string; flag: string; rule: string; plan: PlanInput | string };

/** For each stage what it could see: the smallest harm that would be found, how long that takes, and when all ends. */
export function Sizing({ env, flag, rule, plan }: Props) {
  const [asked] = useDebouncedValue({ flag, ...(rule !== "" && { rule }), plan }, 400);
  const { data, error, isPending } = useAsk("previewPlan", { path: { env }, body: asked }, { keep: true });
  const sizing = data?.body;
  return (
    <section className="sluice-card" aria-label="What each stage could see">
      <Title order={2} mb="xs">
        What each stage could see
      </Title>
      {isPending && <Waiting lines={3} />}
      {error && <Failure error={error} />}
      {sizing && (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {sizing.traffic.perSecond > 0
              ? `At ${rate.format(sizing.traffic.perSecond)} requests a second, as ${sizing.traffic.from === "measured" ? "measured in the last 7 days" : "given"}. `
              : "No requests were measured here yet, so what follows is what can be said without them. "}
            {sizing.seconds === null
              ? "When it would end isn't known."
              : `With healthy data it would end in about ${spell(sizing.seconds)}.`}
          </Text>
          <div className="scroll-x" tabIndex={0} role="region" aria-label="Stages and what they could see">
            <Table aria-label="Stages and what they could see">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Stage</Table.Th>
                  <Table.Th>Takes about</Table.Th>
                  <Table.Th>Sure of no harm after</Table.Th>
                  <Table.Th>Smallest harm seen</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {sizing.stages.map((one) => (
                  <Table.Tr key={one.stage}>
                    <Table.Td>{one.stage}</Table.Td>
                    <Table.Td>{one.seconds === null ? "not known" : spell(one.seconds)}</Table.Td>
                    <Table.Td>
                      {one.guardrails.map(({ metric, secondsToSafety }) => (
                        <div key={metric}>
                          {metric}: {secondsToSafety === null ? "never, or not known" : spell(secondsToSafety)}
                        </div>
                      ))}
                    </Table.Td>
                    <Table.Td>
                      {one.guardrails.map(({ metric, detectable }) => (
                        <div key={metric}>
                          {metric}: {detectable === null ? "not known" : `${detectable.toFixed(1)}×`}
                        </div>
                      ))}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
          {sizing.warnings.map(({ code, path, message }) => (
            <Text key={code + path} size="sm" mt={6} role="status">
              <b>{capital(code)}:</b> {message}
            </Text>
          ))}
        </>
      )}
    </section>
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).replaceAll("-", " ");
}
