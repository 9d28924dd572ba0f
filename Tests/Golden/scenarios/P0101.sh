converge plugins locla
