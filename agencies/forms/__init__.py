"""What the pages about agencies ask."""

from agencies.forms.directory import AgencyEditForm, AgencyForm, DeskForm, DirectoryFilter
from agencies.forms.joining import ChooseForm, NewPersonForm
from agencies.forms.people import AuthoriseForm, InviteForm, PeopleFilter, RolesForm

__all__ = [
    "AgencyEditForm",
    "AgencyForm",
    "AuthoriseForm",
    "ChooseForm",
    "DeskForm",
    "DirectoryFilter",
    "InviteForm",
    "NewPersonForm",
    "PeopleFilter",
    "RolesForm",
]
