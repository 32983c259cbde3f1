import type { Account } from '../books.ts';

/** A small BAS chart: what the generated vouchers use, and what a close needs. */
const chart = `
1220 Inventarier och verktyg
1229 Ackumulerade avskrivningar på inventarier och verktyg
1510 Kundfordringar
1513 Kundfordringar, delad faktura
1515 Osäkra kundfordringar
1519 Nedskrivning av kundfordringar
1630 Avräkning för skatter och avgifter
1684 Kortfristiga fordringar hos leverantörer
1710 Förutbetalda hyreskostnader
1790 Övriga förutbetalda kostnader och upplupna intäkter
1910 Kassa
1920 PlusGiro
1930 Företagskonto
2081 Aktiekapital
2091 Balanserad vinst eller förlust
2098 Vinst eller förlust från föregående år
2099 Årets resultat
2125 Periodiseringsfond
2440 Leverantörsskulder
2420 Förskott från kunder
2510 Skatteskulder
2512 Beräknad inkomstskatt
2611 Utgående moms på försäljning inom Sverige, 25 %
2614 Utgående moms omvänd skattskyldighet, 25 %
2621 Utgående moms på försäljning inom Sverige, 12 %
2631 Utgående moms på försäljning inom Sverige, 6 %
2641 Debiterad ingående moms
2645 Beräknad ingående moms på förvärv från utlandet
2650 Redovisningskonto för moms
2710 Personalskatt
2731 Avräkning lagstadgade sociala avgifter
2920 Upplupna semesterlöner
2990 Övriga upplupna kostnader och förutbetalda intäkter
3001 Försäljning inom Sverige, 25 % moms
3002 Försäljning inom Sverige, 12 % moms
3003 Försäljning inom Sverige, 6 % moms
3305 Försäljning tjänster till land utanför EU
3740 Öres- och kronutjämning
3960 Valutakursvinster på fordringar och skulder av rörelsekaraktär
4010 Inköp av material och varor
4535 Inköp av tjänster från annat EU-land, 25 %
5010 Lokalhyra
5410 Förbrukningsinventarier
5800 Resekostnader
6110 Kontorsmateriel
6212 Mobiltelefon
6310 Företagsförsäkringar
6351 Konstaterade förluster på kundfordringar
6352 Befarade förluster på kundfordringar
6540 IT-tjänster
6550 Konsultarvoden
6570 Bankkostnader
7010 Löner till kollektivanställda
7510 Lagstadgade sociala avgifter
7832 Avskrivningar på inventarier och verktyg
7960 Valutakursförluster på fordringar och skulder av rörelsekaraktär
8310 Ränteintäkter från omsättningstillgångar
8410 Räntekostnader för långfristiga skulder
8811 Avsättning till periodiseringsfond
8910 Skatt som belastar årets resultat
8999 Årets resultat`;

export function createChart(): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const line of chart.trim().split('\n')) {
    const number = line.slice(0, 4);
    accounts.set(number, { number, description: line.slice(5), active: true, sru: null });
  }
  // One account that nobody may book on, for whoever wants to meet that refusal.
  accounts.set('1920', { number: '1920', description: 'PlusGiro', active: false, sru: null });
  return accounts;
}
