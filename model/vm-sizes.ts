/** What a vmsize stands for (SM 9). */
export interface VmSize {
  readonly cores: number;
  readonly memoryGB: number;
  readonly diskGB: number;
}

const sizes: Readonly<Record<string, VmSize>> = {
  ExtraSmall: { cores: 1, memoryGB: 0.75, diskGB: 19 },
  Small: { cores: 1, memoryGB: 1.75, diskGB: 224 },
  Medium: { cores: 2, memoryGB: 3.5, diskGB: 489 },
  Large: { cores: 4, memoryGB: 7, diskGB: 999 },
  ExtraLarge: { cores: 8, memoryGB: 14, diskGB: 2039 },
  A5: { cores: 2, memoryGB: 14, diskGB: 489 },
  A6: { cores: 4, memoryGB: 28, diskGB: 999 },
  A7: { cores: 8, memoryGB: 56, diskGB: 2039 },
  A8: { cores: 8, memoryGB: 56, diskGB: 382 },
  A9: { cores: 16, memoryGB: 112, diskGB: 382 },
  A10: { cores: 8, memoryGB: 56, diskGB: 382 },
  A11: { cores: 16, memoryGB: 112, diskGB: 382 },
  Standard_A1_v2: { cores: 1, memoryGB: 2, diskGB: 10 },
  Standard_D1: { cores: 1, memoryGB: 3.5, diskGB: 50 },
  Standard_D2: { cores: 2, memoryGB: 7, diskGB: 100 },
  Standard_D3: { cores: 4, memoryGB: 14, diskGB: 200 },
  Standard_D4: { cores: 8, memoryGB: 28, diskGB: 400 },
  Standard_D5_v2: { cores: 16, memoryGB: 56, diskGB: 800 },
  Standard_D11: { cores: 2, memoryGB: 14, diskGB: 100 },
  Standard_D12: { cores: 4, memoryGB: 28, diskGB: 200 },
  Standard_D13: { cores: 8, memoryGB: 56, diskGB: 400 },
  Standard_D14: { cores: 16, memoryGB: 112, diskGB: 800 },
};

const otherNames: Readonly<Record<string, string>> = { A0: 'ExtraSmall', A1: 'Small', A2: 'Medium', A3: 'Large', A4: 'ExtraLarge' };

export const vmSizeNames: readonly string[] = Object.keys(sizes);

/** @returns what is known of a size; undefined for newer ones, which are accepted with a warning (SM 9) */
export function vmSize(name: string): VmSize | undefined {
  // The D sizes of the second version are the same in what counts here.
  const plain = otherNames[name] ?? (Object.hasOwn(sizes, name) ? name : name.replace(/^(Standard_D\d+)_v2$/, '$1'));
  return Object.hasOwn(sizes, plain) ? sizes[plain] : undefined;
}
