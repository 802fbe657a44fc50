import { addressed, type Messages } from './messages';

export const messages = addressed(
  import.meta.glob<Messages>(
    [
      '/locales/fr/*.json',
      '!/locales/fr/cli.json',
      '!/locales/fr/handover.json',
      '!/locales/fr/practice.json',
    ],
    {
      eager: true,
      import: 'default',
    },
  ),
);
