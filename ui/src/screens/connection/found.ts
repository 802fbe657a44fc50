import { useCallback } from 'react';
import type { DiagnosisStep } from '../../backend/wire';
import { useFormats, useT } from '../../text';

/** Which families of addresses a list holds. */
export function families(addresses: string): 'v4' | 'v6' | 'both' {
  const v6 = addresses.includes(':');
  const v4 = addresses.split(', ').some((address) => !address.includes(':'));
  return v4 && v6 ? 'both' : v6 ? 'v6' : 'v4';
}

/** The sentence for a step that did not fail. */
export function useFound() {
  const t = useT();
  const formats = useFormats();
  return useCallback(
    (step: DiagnosisStep, ended: boolean): string => {
      const { addresses = '', address = '', proxy = '', script, name, issuer } = step.found;
      if (step.state !== 'done') {
        if (step.step === 'proxy') return t('connection.proxy.direct');
        if (ended) return t('connection.skipped.before');
        return t(step.step === 'tls' ? 'connection.tls.none' : 'connection.skipped.none');
      }
      switch (step.step) {
        case 'proxy':
          return script ? t('connection.proxy.script', { script }) : t('connection.proxy.done', { proxy });
        case 'lookup':
          return t('connection.lookup.done', {
            addresses,
            families: families(addresses),
          });
        case 'connection':
          return t('connection.way.done', { address });
        case 'tls':
          return issuer ? t('connection.tls.by', { issuer }) : t('connection.tls.done');
        case 'portal':
          return name ? t('connection.portal.named', { name }) : t('connection.portal.done');
        case 'clock':
          return t('connection.clock.done', { seconds: Math.abs(Number(step.found.seconds ?? 0)) });
        case 'rate':
          return t('connection.rate.done', { rate: formats.bytes(Number(step.found.bytes_per_second ?? 0)) });
        default:
          return t(`connection.${step.step}.done`);
      }
    },
    [t, formats],
  );
}
