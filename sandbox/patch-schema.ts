import { z } from 'zod';

/** The operations of `PATCH /sandbox/books`: what somebody else does inside Fortnox. README.md describes each. */

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const amount = z.string().regex(/^-?\d{1,15}(\.\d{1,2})?$/);
const account = z.union([z.int(), z.string()]).transform(String);
const number = z.union([z.int(), z.string()]).transform(String);

const row = z.strictObject({
  account,
  debit: amount.default('0'),
  credit: amount.default('0'),
  text: z.string().default(''),
  removed: z.boolean().default(false),
});
const voucherRef = {
  series: z.string(),
  number: z.int(),
  financialYear: z.int(),
};
const op = <N extends string, S extends z.ZodRawShape>(name: N, shape: S) =>
  z.strictObject({ op: z.literal(name), ...shape });

const payment = {
  number,
  date: day.optional(),
  amount: amount.optional(),
  amountCurrency: amount.optional(),
  writeOffs: z.array(z.strictObject({ amount, account })).default([]),
  account: account.default('1930'),
  /** No voucher and no payment row: the invoice is only marked as paid. */
  withoutPayment: z.boolean().default(false),
};
const invoice = {
  number: number.optional(),
  party: z.string().optional(),
  date: day.optional(),
  dueDate: day.optional(),
  total: amount,
  vat: amount.default('0'),
  account: account.optional(),
};

export const operationSchema = z.discriminatedUnion('op', [
  op('addVoucher', {
    series: z.string(),
    number: z.int().optional(),
    financialYear: z.int().optional(),
    date: day,
    text: z.string(),
    comments: z.string().nullable().default(null),
    rows: z.array(row),
    referenceType: z.string().nullable().default(null),
    referenceNumber: z.string().nullable().default(null),
  }),
  op('editVoucher', {
    ...voucherRef,
    date: day.optional(),
    text: z.string().optional(),
    comments: z.string().nullable().optional(),
    rows: z.array(row).optional(),
    /** The old rows vanish instead of staying as removed ones. */
    dropOldRows: z.boolean().default(false),
  }),
  op('removeVoucher', voucherRef),
  op('approveVoucher', voucherRef),
  op('lockPeriod', { until: day.nullable() }),
  op('setAccount', { number: account, description: z.string().optional(), active: z.boolean().optional() }),
  op('deactivateAccount', { number: account }),
  op('removeAccount', { number: account }),
  op('setSeries', {
    code: z.string(),
    financialYear: z.int(),
    description: z.string().optional(),
    manual: z.boolean().optional(),
    approver: z.strictObject({ id: z.int(), name: z.string() }).nullable().optional(),
  }),
  op('removeSeries', { code: z.string(), financialYear: z.int() }),
  op('setOpeningBalance', { financialYear: z.int(), account, amount }),
  op('carryForward', { financialYear: z.int() }),
  op('payInvoice', payment),
  op('paySupplierInvoice', payment),
  op('addInvoice', invoice),
  op('addSupplierInvoice', invoice),
  op('cancelInvoice', { number }),
  op('cancelSupplierInvoice', { number }),
  op('setCompany', { name: z.string().optional(), organisationNumber: z.string().optional() }),
  op('setLicences', { missing: z.array(z.string()) }),
  op('refuseRegisters', { resources: z.array(z.string()) }),
  op('setNoRight', { resource: z.string(), fields: z.array(z.string()) }),
  op('stateBalance', { financialYear: z.int(), account, amount }),
  op('revokeConnection', {}),
]);

export type Operation = z.infer<typeof operationSchema>;
export type OperationOf<N extends Operation['op']> = Extract<Operation, { op: N }>;

export const patchSchema = z.union([
  z.array(operationSchema),
  z.strictObject({
    company: z.union([z.string(), z.int()]).optional(),
    operations: z.array(operationSchema),
  }),
  operationSchema,
]);
