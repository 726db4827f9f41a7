// The help of a setting: Markdown of which it uses code and links alone. Links lead to files of the documentation, which
// are not here, so that their name must do.

export function HelpText({ text }: { readonly text: string }) {
  const parts = text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').split('`');
  return parts.map((part, index) =>
    index % 2 === 1 ? (
      <code key={index} className="text-xs break-words">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
