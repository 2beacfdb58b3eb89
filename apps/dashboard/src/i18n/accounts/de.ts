import type { Messages } from '../en.ts'

export const accounts: Messages['accounts'] = {
  forgot: 'Passwort vergessen?',
  forgotMeans: 'Sie erhalten eine Mail mit einem Link, um ein neues zu wählen.',
  forgotSend: 'Link senden',
  forgotSent: 'Wenn diese Adresse ein Konto hat, ist eine Mail unterwegs.',
  noMail: 'Von hier lässt sich keine Mail senden. Fragen Sie einen Administrator der Plattform.',
  reset: 'Neues Passwort wählen',
  resetDone: 'Das Passwort ist geändert',
  resetDoneMeans: 'Alle Sitzungen sind beendet; melden Sie sich mit dem neuen an.',
  confirm: 'Adresse bestätigen',
  confirmDo: 'Bestätigen',
  confirmed: 'Ihre Adresse ist bestätigt',
  linkEnded: 'Dieser Link wurde benutzt oder ist zu alt. Bitten Sie um einen neuen.',
  invited: 'Einladung',
  accept: 'Einladung annehmen',
  invitedTo: site => `${site} beitreten`,
  invitedAs: (email, role) => `${email} ist eingeladen als: ${role}.`,
  otherAccount: email =>
    `Sie sind als ${email} angemeldet. Melden Sie sich ab und öffnen Sie den Link noch einmal.`,
}
