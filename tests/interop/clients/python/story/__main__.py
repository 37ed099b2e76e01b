import importlib
import os
import pkgutil
from pathlib import Path
from types import ModuleType

import ibm_cloud_backup_and_recovery_api_client
import storware_backup_recovery_api_client

from . import ibm, storware


def every_module(package: ModuleType) -> int:
    """Imports every module of a package, so that none of them fails when somebody needs it."""
    found = [module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    for name in found:
        importlib.import_module(name)
    return len(found)


modules = every_module(ibm_cloud_backup_and_recovery_api_client)
modules += every_module(storware_backup_recovery_api_client)
url, folder = os.environ["STRONGROOM_URL"], Path(os.environ["STRONGROOM_FOLDER"])
target = Path(os.environ["STRONGROOM_TARGET"])
ibm.Story(url, os.environ["STRONGROOM_API_KEY"], os.environ["STRONGROOM_TENANT"]).tell(folder, target / "ibm")
storware.Story(url, os.environ["STRONGROOM_LOGIN"], os.environ["STRONGROOM_PASSWORD"]).tell(
    folder, target / "storware"
)
print(f"{modules} modules imported, both stories told")
