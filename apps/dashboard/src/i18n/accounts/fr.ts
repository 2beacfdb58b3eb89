import type { Messages } from '../en.ts'

export const accounts: Messages['accounts'] = {
  forgot: 'Mot de passe oublié ?',
  forgotMeans: 'Vous recevez un message avec un lien pour en choisir un nouveau.',
  forgotSend: 'Envoyer le lien',
  forgotSent: 'Si cette adresse a un compte, un message est en route.',
  noMail: 'Aucun message ne peut partir d’ici. Demandez à qui administre la plateforme.',
  reset: 'Choisir un nouveau mot de passe',
  resetDone: 'Le mot de passe est changé',
  resetDoneMeans: 'Toutes les sessions sont closes ; connectez-vous avec le nouveau.',
  confirm: 'Confirmer votre adresse',
  confirmDo: 'Confirmer',
  confirmed: 'Votre adresse est confirmée',
  linkEnded: 'Ce lien a servi ou est trop ancien. Demandez-en un nouveau.',
  invited: 'Invitation',
  accept: 'Accepter l’invitation',
  invitedTo: site => `Rejoindre ${site}`,
  invitedAs: (email, role) => `${email} est sur invitation : ${role}.`,
  otherAccount: email => `Vous êtes en session comme ${email}. Déconnectez-vous, puis rouvrez le lien.`,
}
