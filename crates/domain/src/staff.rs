//! Who acts: staff, their roles, and the machine.

use crate::ids::StaffId;
use serde::{Deserialize, Serialize};

/// What a person may do in the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes complaints in, checks them, keeps the case moving (投诉处理人).
    Handler,
    /// Knows the customer and leads the visit (客户经理).
    RelationshipManager,
    /// Explains law and drafts agreements (法律顾问).
    LegalCounsel,
    /// Knows the product and its process (服务专员).
    ServiceSpecialist,
    /// Repairs and shows how (技术人员).
    Technician,
    /// Leads handlers; approves (主管).
    Supervisor,
    /// Watches over law and conduct (合规).
    Compliance,
    /// Reads everything, changes nothing (审计).
    Auditor,
    /// Keeps users and configuration; sees no case (系统管理员).
    Administrator,
    /// The program itself: imports, jobs, timers (系统).
    System,
}

impl Role {
    /// Every role, in the order of the printed tables.
    pub const ALL: [Role; 10] = [
        Role::Handler,
        Role::RelationshipManager,
        Role::LegalCounsel,
        Role::ServiceSpecialist,
        Role::Technician,
        Role::Supervisor,
        Role::Compliance,
        Role::Auditor,
        Role::Administrator,
        Role::System,
    ];

    /// Says whether people in this role may be members of a crew.
    #[must_use]
    pub fn goes_on_visits(self) -> bool {
        match self {
            Role::Handler
            | Role::RelationshipManager
            | Role::LegalCounsel
            | Role::ServiceSpecialist
            | Role::Technician
            | Role::Supervisor => true,
            Role::Compliance | Role::Auditor | Role::Administrator | Role::System => false,
        }
    }
}

/// Who gives a command, in which role.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The person, or `system` for the program.
    pub id: StaffId,
    /// The role in which they act now.
    pub role: Role,
}

impl Actor {
    /// Returns the actor `id` in `role`.
    pub fn new(id: &str, role: Role) -> Self {
        Actor {
            id: StaffId::from(id),
            role,
        }
    }
}
