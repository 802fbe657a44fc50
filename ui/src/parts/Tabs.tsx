import type { ReactNode } from 'react';
import { Tabs as RacTabs, Tab, TabList, TabPanel } from 'react-aria-components';
import css from './Tabs.module.css';

/** A row of views of one thing, and below it the view that was chosen. */
export function Tabs(props: {
  label: string;
  tabs: { id: string; label: ReactNode; lang?: string }[];
  value: string;
  onChange: (id: string) => void;
  children: ReactNode;
}) {
  return (
    <RacTabs
      selectedKey={props.value}
      onSelectionChange={(key) => props.onChange(String(key))}
      className={css.tabs}
    >
      <TabList aria-label={props.label} className={css.list} items={props.tabs}>
        {(tab) => (
          <Tab id={tab.id} className={css.tab} lang={tab.lang}>
            {tab.label}
          </Tab>
        )}
      </TabList>
      <TabPanel key={props.value} id={props.value} className={css.panel}>
        {props.children}
      </TabPanel>
    </RacTabs>
  );
}
