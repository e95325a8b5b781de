"""What can be wrong with the text of a mapping, or with what it makes of a reply."""

from connectors.reasons import N_, ReasonCode


class MappingReason(ReasonCode):
    """A fault of a text; names of its own keys and of the service stand in it as they are."""

    # The text as YAML.
    UNREADABLE_FILE = (
        "mapping_unreadable_file",
        N_("the file %(file)s cannot be read: “%(words)s”"),
    )
    EMPTY_FILE = "mapping_empty_file", N_("the file %(file)s is empty or cannot be read")
    TOO_DEEP = "mapping_too_deep", N_("the text is nested too deeply")
    TOO_MANY = "mapping_too_many", N_("there are more than %(most)s entries")
    TOO_LONG = "mapping_too_long", N_("the text is longer than %(most)s characters")
    NOT_YAML = "mapping_not_yaml", N_("this is not YAML: “%(words)s”")
    EMPTY = "mapping_empty", N_("the text is empty")

    # Values and blocks.
    NOT_SINGLE = "mapping_not_single", N_("%(name)s must be a single value")
    NOT_LIST = "mapping_not_list", N_("%(name)s must be a list")
    NOT_BLOCK = "mapping_not_block", N_("%(name)s must be a block of keys and values")
    BAD_KEY = "mapping_bad_key", N_("%(name)s has a key that is not a single word")
    TWICE = "mapping_twice", N_("%(name)s is given twice")
    MEANT = (
        "mapping_meant",
        N_("%(name)s is not known in %(block)s; did you mean %(near)s?"),
    )
    UNKNOWN = "mapping_unknown", N_("%(name)s is not known in %(block)s; it knows %(known)s")
    NEEDS = "mapping_needs", N_("%(block)s needs %(name)s")
    NOT_TRUTH = "mapping_not_truth", N_("%(name)s must be yes or no, not %(value)s")
    NOT_WHOLE = (
        "mapping_not_whole",
        N_("%(name)s must be a whole number from %(least)s to %(most)s, not %(value)s"),
    )
    NOT_SECONDS = (
        "mapping_not_seconds",
        N_("%(name)s must be a number of seconds from %(least)s to %(most)s"),
    )
    NOT_ONE_OF = (
        "mapping_not_one_of",
        N_("%(name)s must be one of %(known)s, not %(value)s"),
    )

    # The service.
    COLON = (
        "mapping_colon",
        N_("user must not contain a colon: the log-in could not be told apart"),
    )
    NO_ZONE = (
        "mapping_no_zone",
        N_("time_zone must be a name such as Europe/Moscow, not %(value)s"),
    )
    NOT_VARIABLE = (
        "mapping_not_variable",
        N_("password_from names an environment variable in capitals; never the password itself"),
    )
    OTHER_SECRET = (
        "mapping_other_secret",
        N_("password_from may name ERP_PASSWORD or a variable that begins with ERP_PASSWORD_"),
    )
    OUTSIDE = "mapping_outside", N_("wsdl must be a file beside the mapping, not %(file)s")
    NO_FILE = "mapping_no_file", N_("the file %(file)s is not there")
    BAD_NAME = (
        "mapping_bad_name",
        N_("name must be of small Latin letters, digits and dashes, not %(value)s"),
    )
    OTHER_NAME = (
        "mapping_other_name",
        N_("name must be %(name)s: everything of the connection is kept under it"),
    )
    NO_URL = "mapping_no_url", N_("url is needed: where the service is")
    UNSET = "mapping_unset", N_("the variable %(name)s is not set on this machine")
    UNSAFE = "mapping_unsafe", N_("the password must not be the demo's")
    NO_CA_FILE = "mapping_no_ca_file", N_("ca_file: %(file)s is not there or cannot be read")
    BAD_CA_FILE = "mapping_bad_ca_file", N_("ca_file: %(file)s holds no certificate")

    # Value maps and objects.
    NO_WORD = "mapping_no_word", N_("%(name)s has no word of theirs")
    SECOND_WORD = "mapping_second_word", N_("%(word)s stands for %(name)s already")
    NO_FIELD = "mapping_no_field", N_("%(path)s is no field of %(thing)s")
    NO_OBJECT = (
        "mapping_no_object",
        N_("nothing becomes the object %(name)s; objects has %(known)s"),
    )

    # Operations and what is sent.
    NO_PAGES = "mapping_no_pages", N_("changes are to come from pages, and there are no pages")
    NO_CONFIRM = (
        "mapping_no_confirm",
        N_("a change feed needs confirm: without it the service sends all for ever"),
    )
    NO_OBJECTS = (
        "mapping_no_objects",
        N_("every operation for %(asked)s but the last needs objects"),
    )
    NO_KIND = "mapping_no_kind", N_("%(name)s is no kind of rows; there are %(known)s")
    NOT_NAMES = "mapping_not_names", N_("%(name)s must be a block of the service's own names")
    UNKNOWN_OPTION = "mapping_unknown_option", N_("%(name)s is not known; it can be %(known)s")
    SOURCES = (
        "mapping_sources",
        N_("%(name)s has more than one source: %(known)s stands alone"),
    )
    PLAIN_BLOCK = (
        "mapping_plain_block",
        N_("inside %(packing)s a block must say $structure, $array or $table"),
    )
    PACKED_NAMES = "mapping_packed_names", N_("%(packing)s must be a block of names")
    TABLE_ROWS = (
        "mapping_table_rows",
        N_("$table needs $each: the list whose entries are its rows"),
    )
    NO_LIST = "mapping_no_list", N_("%(path)s is no list of ours; there is %(known)s")
    NOTHING_SAID = (
        "mapping_nothing_said",
        N_("%(path)s is nothing that the portal says; it says %(known)s"),
    )

    # What is read of an answer.
    MUST_TELL = "mapping_must_tell", N_("the reply must tell %(name)s")
    MUST_TELL_ONE = (
        "mapping_must_tell_one",
        N_("the reply must tell one of %(known)s: without it nothing shows that it was made"),
    )
    PATH_OR_VALUE = "mapping_path_or_value", N_("%(name)s needs either $path or $value")
    NO_PATH = "mapping_no_path", N_("%(value)s is no path: names with a slash between them")

    # Held against the WSDL.
    WSDL_UNREADABLE = "mapping_wsdl_unreadable", N_("the WSDL cannot be read: “%(words)s”")
    NO_WSDL = "mapping_no_wsdl", N_("the file is no WSDL")
    NO_PORT = "mapping_no_port", N_("the port %(name)s is not in the WSDL; it has %(known)s")
    NO_OPERATION = (
        "mapping_no_operation",
        N_("the operation %(name)s is not in the WSDL; it has %(known)s"),
    )
    NOT_LITERAL = (
        "mapping_not_literal",
        N_("the operation %(name)s is not document/literal with an answer, so it cannot be called"),
    )
    HAS_NO = "mapping_has_no", N_("%(element)s has no %(name)s; it has %(known)s")
    NOT_FILLED = "mapping_not_filled", N_("%(element)s needs %(name)s, and nothing fills it")
    ONLY_ONCE = "mapping_only_once", N_("%(element)s comes only once, so $each cannot fill it")
    OPEN = (
        "mapping_open",
        N_("%(element)s may hold anything: say $structure, $array or $table"),
    )
    NO_CONTAINER = (
        "mapping_no_container",
        N_("%(element)s is no container of 1C but %(kind)s"),
    )
    NOT_SINGLE_THERE = (
        "mapping_not_single_there",
        N_("%(element)s is a block with %(known)s, not a single value"),
    )
    BLOCK_THERE = "mapping_block_there", N_("%(element)s is a block; inside are %(known)s")
    PATH_OUT = "mapping_path_out", N_("the path leads out of the answer")
    NO_ATTRIBUTE = "mapping_no_attribute", N_("%(element)s has no attribute %(name)s")

    # Tried out on a reply.
    UNUSED = "mapping_unused", N_("the mapping uses no operation %(name)s")
    NOT_RECORDED = (
        "mapping_not_recorded",
        N_("no reply of %(operation)s was recorded: paste one"),
    )
    REPLY_NOT_XML = "mapping_reply_not_xml", N_("The reply is no whole XML.")
    REPLY_FAULT = "mapping_reply_fault", N_("The reply is a fault: “%(words)s”")
    OTHER_REPLY = "mapping_other_reply", N_("The reply is %(found)s and not %(wanted)s.")
    REPLY_BODY = (
        "mapping_reply_body",
        N_("The reply has no body, or more than one element in it."),
    )
    NO_RECEIPT = "mapping_no_receipt", N_("%(name)s is empty: this would be no receipt")
    NO_ROWS = "mapping_no_rows", N_("the rows are not where the mapping says")
    ABOUT = "mapping_about", "%(name)s: %(fault)s"
    WITH_DETAILS = "mapping_with_details", N_("%(fault)s Details: “%(words)s”")
