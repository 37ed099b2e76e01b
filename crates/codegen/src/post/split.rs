//! Takes the generated file apart and refuses anything that is not expected in it.

use syn::{File, Item, ItemImpl, ItemStruct, Type};

use crate::Error;

/// What of the generated file is used.
pub(super) struct Parts {
    /// The items of `mod types`.
    pub(super) types: Vec<Item>,
    /// The parameter builders of `mod builder`.
    pub(super) builders: Vec<Builder>,
}

/// One operation as generated.
pub(super) struct Builder {
    pub(super) item: ItemStruct,
    pub(super) body: ItemImpl,
}

/// Splits the file. The client, the traits and the prelude are dropped: the hand-written client takes their
/// place, and the operations become methods of it.
pub(super) fn split(file: File) -> Result<Parts, Error> {
    let mut types = None;
    let mut builders = None;
    for item in file.items {
        match item {
            Item::Mod(module) => {
                let Some((_, items)) = module.content else {
                    return Err(Error::shape("a module with content", &module.ident));
                };
                match module.ident.to_string().as_str() {
                    "types" => types = Some(items),
                    "builder" => builders = Some(items),
                    "prelude" => {}
                    _ => return Err(Error::shape("`types`, `builder` or `prelude`", &module.ident)),
                }
            }
            Item::Struct(item) if item.ident == "Client" => {}
            Item::Impl(item) if self_name(&item).is_some_and(|name| name == "Client") => {}
            Item::Use(_) | Item::Trait(_) | Item::Const(_) => {}
            other => return Err(Error::shape("an item known to the post-pass", &other)),
        }
    }
    let (Some(types), Some(builders)) = (types, builders) else {
        return Err(Error::shape("the modules `types` and `builder`", &""));
    };
    Ok(Parts { types, builders: pairs(builders)? })
}

/// Pairs each builder struct with its impl.
fn pairs(items: Vec<Item>) -> Result<Vec<Builder>, Error> {
    let mut pairs: Vec<Builder> = Vec::new();
    let mut open: Option<ItemStruct> = None;
    for item in items {
        match (item, open.take()) {
            (Item::Use(_), None) => {}
            (Item::Struct(item), None) => open = Some(item),
            (Item::Impl(body), Some(item)) if self_name(&body).as_ref() == Some(&item.ident.to_string()) => {
                pairs.push(Builder { item, body });
            }
            (other, _) => return Err(Error::shape("builder structs, each followed by its impl", &other)),
        }
    }
    match open {
        Some(item) => Err(Error::shape("an impl behind the builder", &item.ident)),
        None => Ok(pairs),
    }
}

/// The name of the type an impl is for, without path and arguments.
pub(super) fn self_name(item: &ItemImpl) -> Option<String> {
    let Type::Path(path) = &*item.self_ty else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}
