/** Every scope the sandbox knows, with the words of the consent page. */
export const scopes: Record<string, string> = {
  bookkeeping: 'Bokföring',
  companyinformation: 'Företagsinformation',
  settings: 'Inställningar',
  invoice: 'Kundfakturor',
  payment: 'Betalningar',
  supplierinvoice: 'Leverantörsfakturor',
  inbox: 'Inkorg',
  archive: 'Arkivplats',
  connectfile: 'Koppla filer',
  customer: 'Kunder',
  supplier: 'Leverantörer',
  profile: 'Din profil',
};
