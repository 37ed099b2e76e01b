//! Writes an enum that keeps what it does not know.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::{Definition, Variant};

/// The items that make up an enum.
pub(super) fn write(definition: &Definition, variants: &[Variant]) -> Vec<TokenStream> {
    let ident = &definition.ident;
    let docs = super::write_structs::docs(&definition.docs);
    let values = variants.iter().map(|variant| {
        let (ident, wire) = (&variant.ident, &variant.wire);
        let docs = format!("`{wire}`");
        quote!(#[doc = #docs] #ident,)
    });
    let pairs = variants.iter().map(|variant| {
        let (ident, wire) = (&variant.ident, &variant.wire);
        quote!(#ident = #wire,)
    });
    let item = quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum #ident {
            #(#values)*
            /// A value that the document does not list.
            Unknown(String),
        }
    };
    vec![item, quote!(open_enum!(#ident { #(#pairs)* });)]
}
