"""What the pages about agencies ask."""

from agencies.forms.attendance import AwayForm, CountyTermForm, CoverForm, PeriodForm
from agencies.forms.directory import AgencyEditForm, AgencyForm, DeskForm, DirectoryFilter
from agencies.forms.joining import ChooseForm, NewPersonForm
from agencies.forms.people import AuthoriseForm, InviteForm, PeopleFilter, RolesForm

__all__ = [
    "AgencyEditForm",
    "AgencyForm",
    "AuthoriseForm",
    "AwayForm",
    "ChooseForm",
    "CountyTermForm",
    "CoverForm",
    "DeskForm",
    "DirectoryFilter",
    "InviteForm",
    "NewPersonForm",
    "PeopleFilter",
    "PeriodForm",
    "RolesForm",
]
