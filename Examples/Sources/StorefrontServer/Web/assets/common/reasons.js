// What the server's words for recommendations mean.

/** Why something is recommended. */
export const reasons = {
  similar: "viewed together", category_best_seller: "sells well in a category viewed", best_seller: "sells well",
};

/** What a whole list of recommendations is based on. */
export const bases = {
  personal: "Personal: from what this visitor has viewed.",
  category_best_sellers: "Best sellers of the categories this visitor has viewed.",
  best_sellers: "General best sellers: this visitor has not viewed anything yet.",
};
