import { addressed, type Messages } from './messages';

export const messages = addressed(
  import.meta.glob<Messages>(
    [
      '/locales/en/*.json',
      '!/locales/en/cli.json',
      '!/locales/en/handover.json',
      '!/locales/en/practice.json',
    ],
    {
      eager: true,
      import: 'default',
    },
  ),
);
