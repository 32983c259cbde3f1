/** Leads to the pages beside this one; nothing when there is one alone. */
export function Pages({
  page,
  pages,
  label,
  to,
}: {
  readonly page: number;
  readonly pages: number;
  /** What the pages hold, for who hears it. */
  readonly label: string;
  readonly to: (page: number) => string;
}) {
  if (pages <= 1) return null;
  return (
    <nav class="pages" aria-label={label}>
      {page > 1 && (
        <a href={to(page - 1)} rel="prev">
          Föregående
        </a>
      )}
      <span>
        Sida {page} av {pages}
      </span>
      {page < pages && (
        <a href={to(page + 1)} rel="next">
          Nästa
        </a>
      )}
    </nav>
  );
}
