import { addressed, type Messages } from './messages';

export const messages = addressed(
  import.meta.glob<Messages>(
    [
      '/locales/ar/*.json',
      '!/locales/ar/cli.json',
      '!/locales/ar/handover.json',
      '!/locales/ar/practice.json',
    ],
    {
      eager: true,
      import: 'default',
    },
  ),
);
