import { Group, NumberInput, Slider } from "@mantine/core";
import { useEffect, useState } from "react";

const MARKS = [0, 1, 10, 25, 50, 75, 100].map((value) => ({ value, label: value === 1 ? undefined : `${value} %` }));

/** A share as a slider in whole per cent, and beside it exactly, in steps of 0.001. */
export function PercentageField({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const [typed, setTyped] = useState<string | number>(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <Group gap="lg" align="center" wrap="wrap">
      <Slider
        flex="1 1 220px"
        mb={18}
        thumbLabel="Percentage"
        thumbProps={{ "aria-valuetext": `${value} per cent` }}
        min={0}
        max={100}
        step={1}
        value={value}
        label={(one) => `${one} %`}
        marks={MARKS}
        onChange={onChange}
      />
      <NumberInput
        aria-label="Percentage"
        w={120}
        min={0}
        max={100}
        step={1}
        decimalScale={3}
        suffix=" %"
        clampBehavior="strict"
        hideControls
        value={typed}
        onChange={(next) => {
          setTyped(next);
          if (typeof next === "number" && next >= 0 && next <= 100) onChange(next);
        }}
      />
    </Group>
  );
}
