import type { Messages } from '../en.ts'

export const accounts: Messages['accounts'] = {
  forgot: 'Glemt passordet?',
  forgotMeans: 'Du får en e-post med en lenke for å velge et nytt.',
  forgotSend: 'Send lenke',
  forgotSent: 'Har adressen en konto, er en e-post på vei.',
  noMail: 'E-post kan ikke sendes herfra. Spør en administrator for plattformen.',
  reset: 'Velg nytt passord',
  resetDone: 'Passordet er endret',
  resetDoneMeans: 'Alle økter er avsluttet; logg inn med det nye.',
  confirm: 'Bekreft adressen',
  confirmDo: 'Bekreft',
  confirmed: 'Adressen er bekreftet',
  linkEnded: 'Denne lenken er brukt eller for gammel. Be om en ny.',
  invited: 'Invitasjon',
  accept: 'Godta invitasjonen',
  invitedTo: site => `Bli med i ${site}`,
  invitedAs: (email, role) => `${email} er invitert som: ${role}.`,
  otherAccount: email => `Du er logget inn som ${email}. Logg ut, og åpne lenken på nytt.`,
}
