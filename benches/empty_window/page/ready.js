// Two frames after the document is parsed the first paint is behind us.
requestAnimationFrame(() => requestAnimationFrame(() => { document.title = "ready"; }));
